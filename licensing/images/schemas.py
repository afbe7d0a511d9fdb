"""The shape of images in the API: the upload's two parts, an image, why it goes out of use."""

from __future__ import annotations

from typing import Any

from flask_smorest.fields import Upload
from marshmallow import fields, validate

from licensing.accounts.schemas import StrictSchema, line

UPLOAD: dict[str, Any] = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "properties": {
                    "width_mm": {"type": "number", "minimum": 1, "maximum": 100},
                    "file": {"type": "string", "format": "binary"},
                },
                "required": ["width_mm", "file"],
                "additionalProperties": False,
            }
        }
    },
}


class ImageFormSchema(StrictSchema):
    """The text part of an upload (`location="form"`)."""

    width_mm = fields.Decimal(
        required=True,
        allow_nan=False,
        validate=validate.Range(1, 100),
        metadata={"description": "The real width of what is drawn, in millimetres; the law's limits are narrower"},
    )


class ImageFilesSchema(StrictSchema):
    """The file part of an upload (`location="files"`)."""

    file = Upload(required=True, metadata={"description": "A PNG with a transparent background"})


class ImageSchema(StrictSchema):
    """An image that is or was in use; `sha256` is that of the picture as it was drawn anew."""

    id = fields.UUID(dump_only=True)
    kind = fields.String(dump_only=True, metadata={"enum": ["signature", "seal"]})
    sha256 = fields.String(dump_only=True)
    sent_sha256 = fields.String(dump_only=True, metadata={"description": "SHA-256 of the file that was sent"})
    width_mm = fields.Float(dump_only=True)
    height_mm = fields.Float(dump_only=True)
    uploaded_at = fields.AwareDateTime(dump_only=True)
    ended_at = fields.AwareDateTime(dump_only=True, allow_none=True)
    end_reason = fields.String(dump_only=True, metadata={"description": "Empty where another took its place"})


class ImageWithdrawalSchema(StrictSchema):
    """Why an image goes out of use."""

    reason = line(500, required=True)
