"""The pages: each module draws one, with its function `show`."""
