"""Raw page text → documents: litter dropped, each line with its reason; title, date and language found.

`articles` does it; nothing is imported here, because a search reads documents without cleaning any.
"""
