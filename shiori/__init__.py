"""The console command `shiori`, which puts together what the other packages bring."""
