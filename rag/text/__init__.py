"""What is known of words and text: no index, no model."""
