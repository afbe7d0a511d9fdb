"""Signatures that stand beside a document or inside an XML: CMS (CAdES) and XML signatures (XAdES)."""
