"""What the shipped models and weights were learnt from, and the programs that learn them anew."""
