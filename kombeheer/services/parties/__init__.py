"""The parties: dealers, mechanics with employments, farms with identifiers and dealers.

`scope` says who sees whom, `indexing` keeps them findable. The office merges doubles (`merging` of
farms, `merging_mechanics`, and `doubles` for both) and moves farms (`moving`).
"""
