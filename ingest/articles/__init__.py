"""The pages that notes link to: from links to chunks."""
