"""The parties: dealers, mechanics with employments, farms with identifiers and dealers.

`scope` says who sees whom, `indexing` keeps them findable; `merging` and `moving` are the
office's.
"""
