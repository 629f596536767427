"""Concepts with their wordings in both languages: data for `rag.text.concepts`.

One concept a line: English wordings (a plural s is understood), then Japanese ones.
"""

from __future__ import annotations

TELLING = """
memory, ram | メモリ, RAM
cpu, processor, chip, core | CPU, プロセッサ, チップ, コア
disk, storage, hard drive, ssd | ストレージ, ディスク, 容量
password, passphrase, passcode | パスワード, 暗証番号
login, log in, sign in, sign-in, sign-on | ログイン, サインイン, サインオン
permission, privilege, role, iam, access right | 権限, ロール, 許可, アクセス権, IAM
policy, policies, rule, guideline, regulation | ポリシー, 規則, 規定, 規程, ルール, 決まり
certificate, certificate authority, authorities | 証明書, 認証局
authentication, authenticate, credential, saml, oauth | 認証, 資格情報
encryption, encrypt, encrypted, cipher | 暗号
backup, back up, snapshot | バックアップ, スナップショット
retention, retain, kept for, keep for | 保持, 保存期間, 保管
endpoint | エンドポイント
header | ヘッダ
url, web address, website, web site, homepage | URL, サイト, ホームページ, リンク
e-mail, email, mail address | メール
phone number, telephone, call number | 電話
address, postal | 住所, 宛先
command, cli, command line | コマンド, CLI
configure, configuration, setting, set up, setup | 設定, 構成
parameter, argument, option, flag | パラメータ, 引数, オプション
plugin, plug-in, extension, add-on | プラグイン, 拡張機能, アドオン
editor, ide | エディタ, IDE
operating system, windows, linux, macos, ubuntu | OS, Windows, Linux, macOS
programming language, in which language, which languages | 言語, Python, Java
translation, translate, human language, in japanese, in english | 翻訳, 日本語, 英語, 多言語
algorithm | アルゴリズム
latency, delay, response time | レイテンシ, 遅延, 応答時間
speed, fast, faster, quick, quickly, slow, slower | 速, 性能, 高速, パフォーマンス, 遅
throughput, per second, requests | スループット, 毎秒, リクエスト
accuracy, precision, accurate, error rate | 精度, 正解率, 誤検知, エラー率, 正確
availability, uptime, sla, downtime | 可用性, 稼働率, SLA, 停止時間
region, frankfurt, tokyo, osaka, virginia, oregon | リージョン, 東京, 大阪
vendor, manufacturer, manufactured, maker, company, companies, firm | メーカー, 会社, 企業, 製造, 社
founder, founded | 創業, 設立, 創立
ceo, chief executive | CEO, 社長, 最高経営責任者
speaker, presenter, presented | 登壇, 講演者, 発表者, スピーカー
author, wrote, written by | 著者, 筆者, 作者, 執筆
manager, boss, supervisor, head of | 上長, 部長, 課長, マネージャ, 責任者, 上司
owner, maintainer, maintains, maintain | オーナー, 所有者, 管理者
attendee, audience, visitors, participants, attendance | 参加者, 来場者, 見学, 出席
venue, hotel, hall | 会場, ホテル
city, country, nation | 都市, 国, 市
timetable, schedule, roadmap | 日程, 予定, スケジュール, ロードマップ
salary, wage, pay day, payday, bonus | 給与, 給料, 賞与, ボーナス, 月給
tax | 税
insurance, insured | 保険
rent, lease | 家賃, 賃料, 賃貸
discount, rebate | 割引, 値引き
subscription, plan, tier | プラン, サブスク, 契約
license, licence | ライセンス, 免許
refund, reimbursement, reimburse | 返金, 払い戻し, 精算, 自腹
holiday, vacation, day off, annual leave, paid leave | 休暇, 有給, 休み, 休日
parental, maternity, paternity | 育児, 育休, 産休
overtime | 残業, 時間外
allowance, compensation, per diem | 手当, 日当, 補助
business trip, travel | 出張, 旅行, 交通費
train, commute, commuting, fare | 通勤, 電車, 定期, 交通費, 終電
station | 駅
car, parking, park my | 駐車, 車
bicycle, bike | 自転車, 駐輪
lunch, restaurant, meal, food, canteen | 昼食, 食堂, 食事, ランチ, 飲食
coffee, tea | コーヒー, お茶
meeting room, conference room | 会議室
seat, seats, capacity | 席, 定員, 収容
floor | 階
elevator, lift | エレベータ, 昇降機
stairs, staircase, steps | 階段
toilet, restroom, bathroom | トイレ, 手洗い
emergency, evacuation, assembly point | 緊急, 避難, 非常
first aid, hospital, doctor, medicine | 病院, 医師, 救急, 薬
dog, cat, pet | 犬, 猫, ペット
child, children, kid, kids, daughter, son | 子ども, 子供, 児童, お子
student, pupil | 学生, 生徒
teacher, school | 学校, 先生, 教師
exam, examination | 試験, テスト
score, grade, passing mark | 点数, 合格点, 成績, スコア
qualification, certification, certified | 資格, 認定, 検定
training course, course, e-learning, lecture | 研修, 講座, 講習, 講義
textbook | 書籍, 本, 図書, 技術書
newsletter, magazine, bulletin | 会報, ニュースレター, 広報
print, printed, printer, printing | 印刷, プリンタ
photo, photograph, picture, pictures | 写真, 画像, 撮影
camera, lens | カメラ, レンズ
weight, heavy, weigh, weighs | 重さ, 重量, 重い
height, tall, ceiling | 高さ, 身長, 天井
width, wide, diameter | 幅, 直径, 口径
distance, how far, far away | 距離, 遠
depth, deep | 深さ
temperature, degrees, warm, cold | 温度, 気温, 度, 冷
humidity, humid, damp | 湿度, 湿気
wind, storm, thunderstorm, lightning | 風, 雷, 嵐
rain, shower, snow | 雨, 雪
colour, color, red, white, black, blue | 色, 赤, 白, 黒, 青
megapixel, megapixels, resolution, pixel | 画素, 解像度, ピクセル
watt, watts, power consumption, electricity, voltage, volts | 消費電力, ワット, 電力, 電圧, ボルト
nanometer, nanometre, process node | ナノメートル, 製造プロセス
flops, teraflops, petaflops | フロップス
battery, batteries | バッテリー, 電池
font, typeface | フォント, 書体
theme, dark mode | テーマ, ダークモード
export, download | エクスポート, 書き出, ダウンロード, 出力
import, upload, importer | インポート, 取り込, アップロード
delete, remove, removed, removal, erase | 削除, 消去, 廃止, 消す
restore, recover, recovery, undo | 復元, 復旧, 回復, 元に戻
notification, notify, alert | 通知, アラート, 警告
invoice, receipt, billing | 請求, 領収書
bank, transfer, account number | 口座, 振込, 銀行
attachment | 添付
browser, chrome, firefox, safari | ブラウザ
smartphone, mobile, iphone, ios, android | スマホ, モバイル, iOS, Android, 携帯
migration, migrate, migrating | 移行, マイグレーション
install, installation, installed | インストール, 導入
rollback, roll back, rolls back, rolled back | ロールバック, 切り戻
code review, reviewer, approve, approver, approval | レビュー, 承認
branch | ブランチ
interval, how often, poll, polling, every how | 間隔, 頻度, おき, ごと, 毎
scrape, collect, collector | 収集, コレクター, 集め
dashboard, graph, chart | ダッシュボード, グラフ, 可視化
vulnerability, vulnerabilities | 脆弱
threat, attack, malware | 脅威, 攻撃, マルウェア
dimension, dimensions | 次元
shard, sharding, partition | シャード, シャーディング, パーティション
node, node type, worker node | ノード
replica, replicate, replication | レプリカ, レプリケーション, 複製
cold start, startup, start-up, boot | コールドスタート, 起動
concurrency, concurrent, parallel | 同時実行, 並列, 同時
instance size, instance type, sizes | インスタンスサイズ, インスタンスタイプ, サイズ
bucket | バケット
document, documents | ドキュメント, 文書, 書類
data source, connector | データソース, コネクタ
benchmark | ベンチマーク
customer, client, clients | 顧客, 取引先, お客
employee, staff, headcount, colleague | 社員, 従業員, 人数, 同僚
revenue, profit, market share, investment, invest | 売上, 利益, 市場, 出資, 投資
contact, hotline, support desk, helpdesk | 連絡先, 問い合わせ, 窓口, 連絡
noise, loud | 騒音, 音
webinar, video, recording, youtube | 動画, 録画, 映像, ビデオ
views, viewed, viewer count | 再生回数, 視聴
slides, slide deck, pdf | スライド, 資料, PDF
edition | エディション
proxy, firewall, vpn | プロキシ, ファイアウォール, VPN
wi-fi, wifi, wireless | Wi-Fi, WiFi, 無線
lost, lose, loss | 紛失, 失く, なくし, 喪失
application form, apply, application deadline | 申請, 申し込, 応募
bandwidth, mbps, gbps | 帯域, 回線速度
compliance, compliant, gdpr, hipaa, iso 27001, soc 2 | コンプライアンス, 準拠
audit, auditing | 監査
free tier, free trial, trial period, trial | 無料枠, 無料期間, 試用, お試し
quota, rate limit, throttling, throttle | クォータ, レート制限, スロットリング
timeout, time out, times out | タイムアウト
multi-factor, mfa, two-factor, fingerprint | 多要素, 二要素, 二段階, 指紋
ldap, okta, active directory | LDAP, Okta, Active Directory
ipv6, ipv4, http/2, http/3, websocket, udp | IPv6, IPv4, HTTP/2, HTTP/3, WebSocket, UDP
mysql, postgresql, postgres, oracle, sql server | MySQL, PostgreSQL, Oracle, SQL Server
react, django, rails, spring boot | React, Django, Rails, Spring
docker hub, registry, registries | レジストリ, Docker Hub
jenkins, github actions, circleci | Jenkins, GitHub Actions, CircleCI
end of life, deprecated, deprecation, discontinue, discontinued | 廃止, サポート終了, 非推奨, 終息
prerequisite, prerequisites, requirement, requirements | 前提条件, 必要条件, 要件
registration, register, sign up, enrol, enroll | 登録, 申し込, 受付
booking, reservation, reserve, book tickets, book a | 予約
ticket, tickets, admission | チケット, 入場, 入館
model number, which model, model name | 型番, 機種, 型式
serial number | 製造番号, シリアル
warranty, guarantee | 保証
repair, maintenance | 修理, 保守, メンテナンス
opening hours, business hours, closing time | 営業時間, 開館時間, 閉館
investor, stock, share price, funding | 株価, 株主, 出資者, 資金調達
headquarters, head office | 本社
case study, success story, reference customer | 導入事例, 事例
competitor, competing, rival | 競合, 他社
market share | シェア
survey, satisfaction, rating | 調査, 満足度, 評価
accuracy rate, hallucination, hallucinate | 正答率, ハルシネーション
context window, parameters does, token limit | コンテキスト長, パラメータ数
training data | 学習データ
sample code, tutorial, documentation | サンプル, チュートリアル, ドキュメント
open source, oss | オープンソース, OSS
failover, disaster recovery, rpo, rto | フェイルオーバー, 災害復旧
durability, durable, nines | 耐久性, ナイン
freshness, how fresh, lag, real time, real-time | 鮮度, リアルタイム
dress code, clothes, wear | 服装, 着, 制服
medical check, health check-up | 健康診断
carry over, carried over | 繰り越
hire, hiring, recruit, recruitment | 採用, 求人
retire, retirement, pension | 退職, 年金
promotion, career | 昇進, 昇格, キャリア
dinner, party, social event | 懇親会, 飲み会, 忘年会
smoking, smoke area | 喫煙
visa, passport | ビザ, パスポート, 旅券
birthday, wedding | 誕生日, 結婚
sponsor, donor, donate, given to us | スポンサー, 寄付, 寄贈
"""
"""What questions ask for, and a passage on the matter would name."""

COMMON = """
support, supported, supports, compatible, work with | サポート, 対応
connect, connected, connection, integrate, integration, link, linked, hook | 連携, 接続, 統合, 同期
sync, synchronise, synchronize, kept in step | 同期
record, recorded, capture | 記録, 録画
send, sent, deliver, forward | 送, 届, 配信, 通知
receive, get, obtain | 受け取, 取得, もらえ
create, make, build, generate, produce | 作成, 作れ, 作る, 生成, 構築, ビルド
change, changed, modify, edit | 変更, 変わ, 編集, 修正
add, added, additional, extra | 追加, 加わ
start, begin, launch, run | 開始, 始め, 起動, 実行
stop, end, finish, complete | 停止, 終了, 完了, 完結, 止め
restart, resume, retry, repeat | 再実行, 再開, 再起動, 繰り返
open, opening | 開, オープン
close, shut | 閉, クローズ
use, usage, using, used | 使, 利用, 活用
choose, pick, select, selection | 選, 選定
suggest, suggestion, propose, proposal, recommend, advise | 提案, 提示, おすすめ, 推奨, 助言
check, verify, test, tested, testing | 確認, 検証, テスト, 検査
scan, scanning | スキャン
detect, find, discover, notice | 検出, 検知, 発見, 見つけ
protect, protection, safe, safer, secure, security | 保護, 安全, セキュリティ, 対策
analyse, analyze, analysis, analytics | 分析, 解析
measure, measured, measurement | 計測, 測定
show, display, visible, view | 表示, 見え, 可視化
read, reading | 読
write, writes, writing | 書, 書き込み
store, stored, keep, kept, save | 保存, 保管, 蓄積, 格納
share, shared | 共有
move, shift, switch | 移行, シフト, 切り替, 移動
grow, scale, scaling, expand | スケール, 拡大, 増え
reduce, decrease, lower, cut | 減ら, 削減, 抑え, 下げ
improve, improvement, enhance, better | 改善, 強化, 向上
convert, transform, transformation, translate, turn into | 変換, 翻訳
optimise, optimize, optimisation | 最適化
automatic, automatically, auto | 自動
manual, by hand | 手動, 手作業
cost, price, cheap, pay, expensive | コスト, 費用, 料金, 価格, 安
data | データ
database | データベース, DB
server | サーバ
service, product | サービス, 製品
tool | ツール
feature, function, capability | 機能
application, app, program, software | アプリ, ソフト, プログラム
code, source code | コード
model | モデル
language | 言語
question, query, ask | 質問, クエリ, 問い合わせ
answer, response, reply | 回答, 応答, 返事, 答え
log, logs | ログ
metric, metrics | メトリクス, 指標
error, failure, fail, failed, broken, fault | エラー, 失敗, 障害, 故障
problem, issue, trouble | 問題, トラブル, 課題
event, incident | イベント, インシデント
traffic | トラフィック, 通信
network, networking | ネットワーク
container, containers | コンテナ
image | イメージ, 画像
instance | インスタンス
cluster | クラスター
zone, availability zone | ゾーン, AZ
table | テーブル, 表
file | ファイル
key | キー, 鍵
value | 値, バリュー
store | ストア, 店
user, users | ユーザ, 利用者
customer | 顧客, お客
developer, engineer | 開発者, エンジニア
business | ビジネス, 業務
team | チーム
member, people, person | メンバー, 会員, 人, 方
session, talk, keynote, lecture | セッション, 講演, キーノート, 発表
article, report, post | 記事, レポート, 報告
summary, overview, digest | 概要, まとめ, 総括, 要約
announcement, announce, news, update | 発表, 告知, アップデート, 更新, 新着
example, use case | 例, ユースケース, 用途
purpose, goal, aim | 目的, 狙い
method, way, approach, means | 方法, 手段, 方式
pattern | パターン
list | 一覧, リスト
step, stage | ステップ, 段階, 手順
workflow, process | ワークフロー, 処理, プロセス
pipeline | パイプライン
task, job, work | タスク, 作業, 仕事, ジョブ
project | プロジェクト
environment | 環境
group, grouping | グループ, グルーピング
tag | タグ
default | デフォルト, 既定, 初期
public | 公開, 一般
private, internal | 社内, 非公開, 内部
night, evening | 夜, 晩
day | 日
week, weekly | 週
month, monthly | 月
year, yearly, annual | 年
morning, noon, afternoon | 朝, 昼, 午前, 午後
new, newcomer | 新
old, former, before, previous | 以前, 旧, 前
first | 最初, 初, 第一
next, upcoming, future | 次, 来, 今後
room, hall | 部屋, 室
office | オフィス, 事務所, 会社
home | 家, 自宅, 在宅, リモート
telescope | 望遠鏡
mirror | 鏡
dome | ドーム
roof | 屋根
star, stars | 星
moon | 月
sky | 空
light, lamp, torch | 光, ランプ, 灯
drawback, disadvantage, downside, demerit | 欠点, 短所, デメリット
advantage, benefit, merit, pro and con | 利点, 長所, メリット
risk, danger, dangerous | リスク, 危険
game | ゲーム
shop | ショップ, 店
money | お金, 金
"""
"""What any text may hold: this tells what is said in the other language, no more."""
