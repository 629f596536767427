"""The pages: each module draws one, with its function `show`.

Not named `pages`: Streamlit takes every file of such a folder for a page of its own.
"""
