"""Whether a run is worse than the one before by more than noise."""
