"""What ingestion keeps in the data folder."""
