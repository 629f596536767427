"""What is said in videos."""
