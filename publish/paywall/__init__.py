"""The service: who may have which finished piece, and how they came to own it.

A framework-free core, `Request -> Response`, behind small ports. It imports nothing of ours but
`publish.contract`; stripe and boto3 are loaded in their adapters, when first needed.
"""
