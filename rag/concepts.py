"""What a question is about, in words that mean the same in both languages.

An English question and a Japanese passage share no words, and an embedding hardly tells `the
memory of X` from `the price of X`. So words that questions ask for are looked up in a small table
of concepts, each with its English and Japanese wordings. A concept of the question that no near
passage holds is a sign that the passage speaks of the right thing and says something else about it.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from rag.tokens import fold, tokenize

# One concept a line: English words (their plain endings are understood), then Japanese wordings.
_TABLE = """
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
owner, maintainer, maintains, maintain | オーナー, 所有者, 管理者, 担当
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
drawback, disadvantage, downside, demerit | 欠点, 短所, デメリット
advantage, benefit, merit, pro and con | 利点, 長所, メリット
risk, danger, dangerous | リスク, 危険
contact, hotline, support desk, helpdesk | 連絡先, 問い合わせ, 窓口, 連絡
noise, loud | 騒音, 音
webinar, video, recording, youtube | 動画, 録画, 映像, ビデオ
views, viewed, viewer count | 再生回数, 視聴
slides, slide deck, pdf | スライド, 資料, PDF
edition | エディション, 版
proxy, firewall, vpn | プロキシ, ファイアウォール, VPN
wi-fi, wifi, wireless | Wi-Fi, WiFi, 無線
lost, lose, loss | 紛失, 失く, なくし, 喪失
application form, apply, application deadline | 申請, 申し込, 応募
sponsor, donor, donate, given to us | スポンサー, 寄付, 寄贈
"""


@cache
def _rows() -> tuple[tuple[str, ...], ...]:
    """The wordings of each concept."""
    lines = _TABLE.strip().split("\n")
    return tuple(tuple(line.replace(" | ", ", ").split(", ")) for line in lines)


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile("|".join(map(_pattern, row)), re.IGNORECASE) for row in _rows())


def _pattern(word: str) -> str:
    """A wording where it is a word by itself.

    English may be in the plural; 階 is none in 段階, nor レビュー in プレビュー.
    """
    if word.isascii():
        return rf"(?<![A-Za-z0-9]){re.escape(word)}s?(?![A-Za-z0-9])"
    if len(word) == 1:
        return rf"(?<![一-鿿]){word}(?![一-鿿])"
    return rf"(?<![ァ-ヺー]){word}" if "ァ" <= word[0] <= "ヺ" else re.escape(word)


@lru_cache(maxsize=1024)
def concepts(text: str) -> frozenset[int]:
    """The concepts that a text names, by their place in the table."""
    folded = fold(text)
    return frozenset(number for number, pattern in enumerate(_patterns()) if pattern.search(folded))


@cache
def wordings(number: int) -> tuple[tuple[str, ...], ...]:
    """How a concept is worded, each wording as terms."""
    return tuple(terms for word in _rows()[number] if (terms := tuple(tokenize(word))))


def concept_name(number: int) -> str:
    """A concept as a reader knows it."""
    return _rows()[number][0]
