"""What an answer, a ranking and a refusal are worth."""
