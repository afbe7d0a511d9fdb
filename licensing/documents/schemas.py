"""The shape of attachments in the API: the upload's two parts, and the receipt."""

from __future__ import annotations

from flask_smorest.fields import Upload
from marshmallow import fields

from licensing.accounts.schemas import StrictSchema, line


class AttachmentFormSchema(StrictSchema):
    """The text part of an upload (`location="form"`)."""

    requirement_id = line(60, required=True, metadata={"description": "The document of the procedure that it is for"})


class AttachmentFilesSchema(StrictSchema):
    """The file part of an upload (`location="files"`)."""

    file = Upload(required=True, metadata={"description": "A PDF, PNG or JPEG"})


class AttachmentSchema(StrictSchema):
    """A file of an application; `sha256` is the receipt: the digest of exactly what was kept."""

    id = fields.UUID(dump_only=True)
    requirement_id = fields.String(dump_only=True)
    file_name = fields.String(dump_only=True)
    media_type = fields.String(dump_only=True)
    size = fields.Integer(dump_only=True, metadata={"description": "Bytes"})
    sha256 = fields.String(dump_only=True, metadata={"pattern": "^[0-9a-f]{64}$"})
    pages = fields.Integer(dump_only=True)
    uploaded_at = fields.AwareDateTime(dump_only=True, format="iso")
