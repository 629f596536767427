"""How good the answers are: questions with expectations, metrics, a verdict and a report.

questions   read `corpus/questions/*.yaml`             stale      do the expected places stand
runner      ask them all through the pipeline          metrics    what each answer is worth
summary     means with confidence intervals            verdict    thresholds and the baseline
report_*    HTML, JSON, JUnit, Markdown                drafts     from use to test
"""
