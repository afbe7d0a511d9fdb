"""The verdict in words that a shopkeeper understands, in both languages."""

from __future__ import annotations

from collections.abc import Mapping

from registry.verification.result import Finding

WORDS: Mapping[Finding, Mapping[str, str]] = {
    Finding.VALID: {
        "vi": "Giấy phép có thật và đang còn hiệu lực.",
        "en": "This licence is genuine and in force.",
    },
    Finding.PENDING: {
        "vi": "Giấy phép đã được vào sổ nhưng chưa được ghi vào nhật ký công khai; hãy kiểm tra lại sau ít phút.",
        "en": "The licence is entered but not yet in the public log; check again in a few minutes.",
    },
    Finding.NOT_YET: {
        "vi": "Giấy phép có thật nhưng chưa đến ngày có hiệu lực: chưa được sử dụng.",
        "en": "The licence is genuine but not in force before its first day: do not rely on it yet.",
    },
    Finding.SUSPENDED: {
        "vi": "Giấy phép đang bị đình chỉ: không được sử dụng.",
        "en": "The licence is suspended: do not rely on it.",
    },
    Finding.REVOKED: {
        "vi": "Giấy phép đã bị thu hồi: không còn giá trị.",
        "en": "The licence was revoked: it is no longer valid.",
    },
    Finding.EXPIRED: {
        "vi": "Giấy phép đã hết hạn.",
        "en": "The licence has expired.",
    },
    Finding.ALTERED: {
        "vi": "Tệp đã bị thay đổi sau khi ký: không được chấp nhận.",
        "en": "The file was altered after signing: do not accept it.",
    },
    Finding.SIGNATURE_SWAPPED: {
        "vi": "Chữ ký trong tệp không phải chữ ký đã được vào sổ: không được chấp nhận.",
        "en": "The signature in the file is not the one on record: do not accept it.",
    },
    Finding.SIGNED_NOT_ISSUED: {
        "vi": "Tệp có chữ ký số hợp lệ nhưng không có trong sổ đăng ký: giấy phép chưa từng được cấp.",
        "en": "Signed but not issued: the signatures are good, but the register has no such licence.",
    },
    Finding.CLAIMS_TO_BE_OURS: {
        "vi": "Tệp tự nhận là giấy phép của sổ đăng ký này nhưng không có trong sổ: không được chấp nhận.",
        "en": "The file claims to be of this register, which has no such licence: do not accept it.",
    },
    Finding.NOT_CONCLUSIVE: {
        "vi": "Nội dung còn nguyên vẹn, nhưng chưa đủ dữ liệu để kết luận chữ ký còn giá trị.",
        "en": "The content is intact, but something needed to judge the signatures is missing.",
    },
    Finding.LOG_DISAGREES: {
        "vi": "Sổ đăng ký và nhật ký công khai không khớp nhau: không được chấp nhận, hãy báo cho cơ quan cấp.",
        "en": "Register and public log disagree: do not accept it, and tell the issuing agency.",
    },
    Finding.LOG_UNREACHABLE: {
        "vi": "Sổ đăng ký có giấy phép này nhưng hiện chưa đối chiếu được với nhật ký công khai; hãy kiểm tra lại sau.",
        "en": "The register has this licence, but the public log cannot be reached to prove it; check again later.",
    },
    Finding.UNKNOWN_ISSUER: {
        "vi": "Tệp không thuộc sổ đăng ký này; không xác minh được người ký.",
        "en": "The file is not of this register, and its signer cannot be verified here.",
    },
    Finding.NO_SIGNATURE: {
        "vi": "Tệp không có chữ ký số và không có trong sổ đăng ký này.",
        "en": "The file has no digital signature and is not in this register.",
    },
    Finding.UNREADABLE: {
        "vi": "Không đọc được tệp này như một tệp PDF nguyên vẹn; hãy tra cứu bằng mã đăng ký in trên giấy phép.",
        "en": "The file cannot be read as a whole PDF; look the licence up by the register code printed on it.",
    },
}
