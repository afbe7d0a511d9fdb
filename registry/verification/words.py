"""The verdict in words that a shopkeeper understands, and what to do then; in both languages.

A red verdict begins with what is wrong: who reads two words must not take them for "yes".
"""

from __future__ import annotations

from collections.abc import Mapping

from registry.entries.rules import Status
from registry.verification.result import Finding

WORDS: Mapping[Finding, Mapping[str, str]] = {
    Finding.VALID: {
        "vi": "Giấy phép có thật và đang còn hiệu lực.",
        "en": "This licence is genuine and in force.",
    },
    Finding.ENCLOSURE: {
        "vi": "Tệp kèm theo giấy phép này còn nguyên vẹn; giấy phép có thật và đang còn hiệu lực.",
        "en": "This enclosure of a licence is genuine, and the licence is in force.",
    },
    Finding.PENDING: {
        "vi": "Giấy phép đã vào sổ nhưng chưa được ghi vào nhật ký công khai.",
        "en": "The licence is entered but not yet in the public log.",
    },
    Finding.NOT_YET: {
        "vi": "Chưa đến ngày có hiệu lực: giấy phép có thật nhưng chưa được sử dụng.",
        "en": "Not yet in force: the licence is genuine, but its first day is still to come.",
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
    Finding.NUMBER_DIFFERS: {
        "vi": "Số hoặc ngày trên giấy phép không phải số, ngày ghi trong sổ đăng ký: không được chấp nhận.",
        "en": "Number or date on the licence are not those of the register: do not accept it.",
    },
    Finding.SIGNED_NOT_ISSUED: {
        "vi": "Giấy phép chưa từng được cấp: tệp đã được ký nhưng không có trong sổ đăng ký.",
        "en": "Never issued: the file is signed, but the register has no such licence.",
    },
    Finding.KEY_LOST: {
        "vi": "Chữ ký số trong tệp được tạo bằng khóa đã bị lộ: không được chấp nhận.",
        "en": "A signature in the file was made with a key that was lost: do not accept it.",
    },
    Finding.REPLACED: {
        "vi": "Tệp này đã được thay bằng tệp mới của cùng giấy phép.",
        "en": "This file was replaced by a new one of the same licence.",
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
        "vi": "Sổ đăng ký và nhật ký công khai không khớp nhau: không được chấp nhận.",
        "en": "Register and public log disagree: do not accept it.",
    },
    Finding.LOG_UNREACHABLE: {
        "vi": "Sổ đăng ký có giấy phép này nhưng chưa đối chiếu được với nhật ký công khai.",
        "en": "The register has this licence, but the public log cannot be reached.",
    },
    Finding.OTHERS_SIGNED: {
        "vi": "Chữ ký số hợp lệ, nhưng tệp không thuộc sổ đăng ký này: không phải giấy phép do hệ thống này cấp.",
        "en": "The signature is good, but the file is not of this register: it is no licence that was issued here.",
    },
    Finding.OTHERS_REVOKED: {
        "vi": "Chứng thư của người ký đã bị thu hồi trước khi ký: chữ ký không có giá trị.",
        "en": "The signer's certificate was revoked before it signed: the signature does not count.",
    },
    Finding.UNKNOWN_ISSUER: {
        "vi": "Tệp không thuộc sổ đăng ký này; không xác minh được người ký.",
        "en": "The file is not of this register, and its signer cannot be verified here.",
    },
    Finding.NO_SIGNATURE: {
        "vi": "Tệp không có chữ ký số và không có trong sổ đăng ký này.",
        "en": "The file has no digital signature and is not in this register.",
    },
    Finding.CHANGED_LATER: {
        "vi": "Chữ ký còn nguyên vẹn, nhưng sau khi ký tệp có thay đổi mà hệ thống không nhận biết được.",
        "en": "The signature is intact, but the file was changed afterwards in a way that we do not recognise.",
    },
    Finding.TOO_COMPLEX: {
        "vi": "Tệp quá phức tạp, không kiểm tra được tại đây.",
        "en": "This file is too complex to be checked here.",
    },
    Finding.UNREADABLE: {
        "vi": "Không đọc được tệp này như một tệp PDF nguyên vẹn.",
        "en": "The file cannot be read as a whole PDF.",
    },
    Finding.PAPER: {
        "vi": "Văn bản do cơ quan ký số và đóng dấu qua hệ thống này (như thông báo từ chối), còn nguyên vẹn. "
        "Đây không phải giấy phép.",
        "en": "An agency signed and sealed this paper through this service (a refusal, for example), and it is "
        "unchanged. It is no licence.",
    },
    Finding.RECEIPT: {
        "vi": "Văn bản do chính hệ thống này lập và ký (như giấy tiếp nhận hồ sơ, bản xuất sổ), còn nguyên vẹn. "
        "Đây không phải giấy phép.",
        "en": "This service made and signed this paper itself (a receipt, a report), and it is unchanged. "
        "It is no licence.",
    },
    Finding.RECEIPT_KEY_LOST: {
        "vi": "Văn bản do hệ thống này lập, nhưng chữ ký được tạo bằng khóa đã bị lộ. Đây không phải giấy phép.",
        "en": "This service made this paper, but its signature was made with a key that was lost. It is no licence.",
    },
}

# What somebody with the paper in the hand should do now.
ADVICE: Mapping[Finding, Mapping[str, str]] = {
    Finding.VALID: {
        "vi": "Hãy so với giấy đang cầm: giấy phải ghi đúng như bên dưới.",
        "en": "Compare it with the paper in your hand: it must say exactly this.",
    },
    Finding.ENCLOSURE: {
        "vi": "Tệp chỉ có giá trị cùng giấy phép dưới đây: góc trên bên phải trang đầu phải ghi đúng số giấy phép đó.",
        "en": "It counts only with the licence below: the mark at the top right of page 1 must show its number.",
    },
    Finding.PENDING: {
        "vi": "Chưa chấp nhận giấy này. Hãy đợi vài phút rồi tra cứu lại.",
        "en": "Do not accept it yet. Wait a few minutes and check again.",
    },
    Finding.NOT_YET: {
        "vi": "Không chấp nhận trước ngày có hiệu lực ghi bên dưới.",
        "en": "Do not accept it before the first day that is named below.",
    },
    Finding.SUSPENDED: {
        "vi": "Không chấp nhận cho đến khi cơ quan cấp khôi phục hiệu lực của giấy phép.",
        "en": "Do not accept it until the issuing agency has reinstated it.",
    },
    Finding.REVOKED: {
        "vi": "Không chấp nhận. Nếu giấy vẫn đang được sử dụng, hãy báo cho cơ quan cấp.",
        "en": "Do not accept it. If it is still being used, tell the issuing agency.",
    },
    Finding.EXPIRED: {
        "vi": "Không chấp nhận. Hãy yêu cầu xuất trình giấy phép mới.",
        "en": "Do not accept it. Ask for the new licence.",
    },
    Finding.ALTERED: {
        "vi": "Không chấp nhận tệp này. Hãy tải bản gốc bằng mã đăng ký in trên giấy phép, và báo cho cơ quan cấp.",
        "en": "Do not accept this file. Get the original by its register code, and tell the issuing agency.",
    },
    Finding.SIGNATURE_SWAPPED: {
        "vi": "Hãy giữ lại tệp và báo ngay cho cơ quan cấp.",
        "en": "Keep the file and tell the issuing agency at once.",
    },
    Finding.NUMBER_DIFFERS: {
        "vi": "Hãy giữ lại tệp và báo ngay cho cơ quan cấp.",
        "en": "Keep the file and tell the issuing agency at once.",
    },
    Finding.SIGNED_NOT_ISSUED: {
        "vi": "Không chấp nhận tệp này. Hãy giữ lại tệp và báo ngay cho cơ quan cấp.",
        "en": "Do not accept this file. Keep it and tell the issuing agency at once.",
    },
    Finding.KEY_LOST: {
        "vi": "Không chấp nhận tệp này. Hãy tra cứu bằng mã đăng ký in trên giấy phép để lấy tệp mới.",
        "en": "Do not accept this file. Look up the register code printed on it, and get the new file there.",
    },
    Finding.REPLACED: {
        "vi": "Không dùng tệp này. Hãy tải tệp mới bằng mã đăng ký in trên giấy phép.",
        "en": "Do not rely on this file. Get the new one by the register code printed on it.",
    },
    Finding.CLAIMS_TO_BE_OURS: {
        "vi": "Đây có thể là giấy tờ giả. Hãy giữ lại tệp và báo ngay cho cơ quan cấp.",
        "en": "This may be a forgery. Keep the file and tell the issuing agency at once.",
    },
    Finding.NOT_CONCLUSIVE: {
        "vi": "Chưa chấp nhận tệp này. Hãy tra cứu bằng mã đăng ký, hoặc thử lại sau.",
        "en": "Do not rely on it. Look up its register code, or try again later.",
    },
    Finding.LOG_DISAGREES: {
        "vi": "Không chấp nhận. Hãy gọi cho cơ quan cấp và cho biết mã đăng ký.",
        "en": "Do not accept it. Call the issuing agency and name the register code.",
    },
    Finding.LOG_UNREACHABLE: {
        "vi": "Chưa chấp nhận giấy này. Hãy tra cứu lại sau ít phút.",
        "en": "Do not accept it yet. Check again in a few minutes.",
    },
    Finding.OTHERS_SIGNED: {
        "vi": "Xem bên dưới ai đã ký. Không chấp nhận tệp này thay cho giấy phép; nội dung thì hỏi lại người ký.",
        "en": "See below who signed. Do not accept it as a licence; ask whoever signed about what it says.",
    },
    Finding.OTHERS_REVOKED: {
        "vi": "Không chấp nhận tệp này. Hãy yêu cầu người gửi cung cấp bản được ký bằng chứng thư còn hiệu lực.",
        "en": "Do not accept this file. Ask for one that is signed with a certificate in force.",
    },
    Finding.UNKNOWN_ISSUER: {
        "vi": "Chưa chấp nhận tệp này. Nếu giấy do nơi khác cấp, hãy kiểm tra tại nơi cấp.",
        "en": "Do not accept it on our word. If somebody else issued it, check it there.",
    },
    Finding.NO_SIGNATURE: {
        "vi": "Không chấp nhận tệp này thay cho giấy phép. Hãy xin tệp PDF gốc, hoặc tra cứu bằng mã đăng ký.",
        "en": "Do not accept it as a licence. Ask for the original PDF, or look up the register code printed on it.",
    },
    Finding.CHANGED_LATER: {
        "vi": "Chưa chấp nhận tệp này. Hãy xin tệp gốc đúng như khi ký, hoặc kiểm tra tại nơi cấp.",
        "en": "Do not accept it yet. Ask for the original as it was signed, or check it with whoever issued it.",
    },
    Finding.TOO_COMPLEX: {
        "vi": "Chưa chấp nhận tệp này. Hãy tra cứu bằng mã đăng ký in trên giấy, hoặc kiểm tra tại nơi cấp.",
        "en": "Do not accept it yet. Look up the register code printed on it, or check it with whoever issued it.",
    },
    Finding.UNREADABLE: {
        "vi": "Chưa chấp nhận tệp này. Hãy xin lại tệp PDF gốc, hoặc tra cứu bằng mã đăng ký in trên giấy phép.",
        "en": "Do not accept this file. Ask for the original PDF, or look up the register code printed on the licence.",
    },
    Finding.PAPER: {
        "vi": "Văn bản này đúng là của cơ quan, nhưng không cho phép làm việc gì. Giấy phép phải tra cứu riêng.",
        "en": "The paper is really the agency's, but it allows nobody to do anything. Check a licence by itself.",
    },
    Finding.RECEIPT: {
        "vi": "Văn bản này đúng là của hệ thống, nhưng không cho phép làm việc gì. Giấy phép phải tra cứu riêng.",
        "en": "The paper is really this service's, but it allows nobody to do anything. Check a licence by itself.",
    },
    Finding.RECEIPT_KEY_LOST: {
        "vi": "Không dùng tệp này. Hãy tải lại văn bản từ nơi bạn đã nhận: bản mới được ký lại.",
        "en": "Do not rely on this file. Download the paper again where you had it from: it is signed anew.",
    },
}

NOT_IN_FORCE: Mapping[str, str] = {
    "vi": "Chữ ký cho biết giấy phép đã được cấp, không cho biết giấy phép có hiệu lực.",
    "en": "The signatures show that the licence was issued, not that it is in force.",
}
# What signatures mean beside a red verdict: by themselves they may be good, and that must not be taken for the answer.
DESPITE: Mapping[Finding, Mapping[str, str]] = {
    Finding.ALTERED: {
        "vi": "Chữ ký gắn với nội dung tệp lúc ký, không phải với nội dung tệp đang hiển thị.",
        "en": "The signatures belong to the file as it was signed, not to what it shows now.",
    },
    Finding.SIGNATURE_SWAPPED: {
        "vi": "Có người đã ký, nhưng không phải bằng chữ ký mà sổ đăng ký ghi cho giấy phép này.",
        "en": "Somebody signed, but not with the signature that the register has for this licence.",
    },
    Finding.NUMBER_DIFFERS: {
        "vi": "Dù đã được ký, tệp ghi số hoặc ngày mà sổ đăng ký không cấp.",
        "en": "Signed or not, the file shows a number or date that the register never gave.",
    },
    Finding.SIGNED_NOT_ISSUED: {
        "vi": "Dù ai đã ký, sổ đăng ký chưa từng cấp giấy phép này.",
        "en": "Whoever signed it, the register never issued this licence.",
    },
    Finding.KEY_LOST: {
        "vi": "Người có khóa bị lộ cũng ký được như vậy: chữ ký như thế không chứng minh điều gì.",
        "en": "Whoever has the lost key can sign like this: such a signature proves nothing.",
    },
    Finding.REPLACED: {
        "vi": "Chữ ký là thật, nhưng tệp này không còn là tệp được sử dụng.",
        "en": "The signatures are real, but this file is no longer the one that counts.",
    },
    Finding.RECEIPT_KEY_LOST: {
        "vi": "Người có khóa bị lộ cũng ký được như vậy: chữ ký như thế không chứng minh điều gì.",
        "en": "Whoever has the lost key can sign like this: such a signature proves nothing.",
    },
    Finding.OTHERS_REVOKED: {
        "vi": "Chứng thư số đã bị thu hồi trước khi ký: chữ ký không còn giá trị.",
        "en": "The certificate was revoked before it signed: the signature counts for nothing.",
    },
    Finding.CLAIMS_TO_BE_OURS: {
        "vi": "Dù ai đã ký, tệp này không do sổ đăng ký này cấp.",
        "en": "Whoever signed it, this register did not issue it.",
    },
    Finding.LOG_DISAGREES: {
        "vi": "Chữ ký không cho biết sổ đăng ký hay nhật ký công khai là đúng.",
        "en": "The signatures do not tell whether the register or the public log is right.",
    },
    **dict.fromkeys((Finding.NOT_YET, Finding.SUSPENDED, Finding.REVOKED, Finding.EXPIRED), NOT_IN_FORCE),
}

STATUS_WORDS: Mapping[str, Mapping[str, str]] = {
    Status.PENDING: {"vi": "Chờ ghi nhật ký", "en": "Not yet logged"},
    Status.NOT_YET: {"vi": "Chưa có hiệu lực", "en": "Not yet in force"},
    Status.VALID: {"vi": "Đang có hiệu lực", "en": "In force"},
    Status.SUSPENDED: {"vi": "Đang bị đình chỉ", "en": "Suspended"},
    Status.REVOKED: {"vi": "Đã bị thu hồi", "en": "Revoked"},
    Status.EXPIRED: {"vi": "Đã hết hạn", "en": "Expired"},
}
