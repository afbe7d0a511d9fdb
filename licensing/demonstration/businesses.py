"""The invented businesses of the demonstration, each with an account of its own; every name says so."""

from __future__ import annotations

from dataclasses import dataclass

from licensing.demonstration.cast import APPLICANT_EMAIL, APPLICANT_NAME, ORGANISATION

ENTERPRISE, COOPERATIVE, HOUSEHOLD = "enterprise", "cooperative", "household_business"
TRADE, CATERING, SMALL, OTHER = "trade", "catering", "small_production", "other_production"


@dataclass(frozen=True)
class Business:
    """A business as it registered; `login` is the local part of its address unless it is a whole one."""

    login: str
    name: str
    form: str
    tax_code: str
    registered: str
    place: str
    owner: str

    @property
    def email(self) -> str:
        return self.login if "@" in self.login else f"{self.login}@vidu.example"

    @property
    def phone(self) -> str:
        return f"0900 000 {self.tax_code[-3:]}"

    @property
    def registrar(self) -> str:
        """Who registered it: businesses of one household are registered by the commune."""
        if self.form == HOUSEHOLD:
            return f"Ủy ban nhân dân {self.place.split(', ')[-2]}"
        return "Sở Tài chính tỉnh Minh Họa"


def _at(street: str, ward: str) -> str:
    return f"{street}, {ward}, tỉnh Minh Họa"


BUSINESSES: dict[str, Business] = {
    business.login.partition("@")[0]: business
    for business in (
        Business(
            APPLICANT_EMAIL,
            ORGANISATION[0],
            ENTERPRISE,
            ORGANISATION[1],
            "2020-03-02",
            _at("Số 1 đường Ví Dụ", "phường Thử Nghiệm"),
            APPLICANT_NAME,
        ),
        Business(
            "banhcuon",
            "Hộ kinh doanh Bánh cuốn Minh Họa",
            HOUSEHOLD,
            "9900000011",
            "2021-05-17",
            _at("Số 24 phố Hàng Mẫu", "phường Minh Họa"),
            "Nguyễn Thị Minh Họa",
        ),
        Business(
            "nongsan",
            "Hợp tác xã Nông sản sạch Thử Nghiệm",
            COOPERATIVE,
            "9900000022",
            "2019-08-09",
            _at("Thôn Đông", "xã Đồng Mẫu"),
            "Lò Văn Thử",
        ),
        Business(
            "suatan",
            "Công ty Cổ phần Suất ăn công nghiệp Minh Họa",
            ENTERPRISE,
            "9900000033",
            "2018-11-20",
            _at("Lô C5 Khu công nghiệp Ví Dụ", "xã Bến Thử"),
            "Trịnh Minh Họa",
        ),
        Business(
            "pho",
            "Hộ kinh doanh Phở bò Bà Mẫu",
            HOUSEHOLD,
            "9900000044",
            "2022-02-14",
            _at("Số 7 phố Ví Dụ", "phường Minh Họa"),
            "Đặng Thị Mẫu",
        ),
        Business(
            "banhkeo",
            "Công ty TNHH Bánh kẹo Mẫu",
            ENTERPRISE,
            "9900000055",
            "2017-06-01",
            _at("Số 115 đường Thử Nghiệm", "phường Ví Dụ"),
            "Bùi Văn Mẫu",
        ),
        Business(
            "che",
            "Hợp tác xã Chè Shan Ví Dụ",
            COOPERATIVE,
            "9900000066",
            "2016-09-26",
            _at("Bản Mẫu Thượng", "xã Suối Ví Dụ"),
            "Giàng A Thử",
        ),
        Business(
            "thuysan",
            "Công ty TNHH Chế biến Thủy sản Thử Nghiệm",
            ENTERPRISE,
            "9900000077",
            "2015-04-08",
            _at("Cảng cá Thử Nghiệm", "xã Bến Thử"),
            "Phan Văn Thử",
        ),
        Business(
            "comvanphong",
            "Hộ kinh doanh Cơm văn phòng Mẫu",
            HOUSEHOLD,
            "9900000088",
            "2023-10-03",
            _at("Số 52 đường Minh Họa", "phường Ví Dụ"),
            "Cao Thị Mẫu",
        ),
        Business(
            "nuocuong",
            "Công ty Cổ phần Nước uống đóng chai Ví Dụ",
            ENTERPRISE,
            "9900000099",
            "2014-12-12",
            _at("Km 6 Quốc lộ Ví Dụ", "xã Đồng Mẫu"),
            "Tạ Ví Dụ",
        ),
        Business(
            "giocha",
            "Hộ kinh doanh Giò chả Thử Nghiệm",
            HOUSEHOLD,
            "9900000101",
            "2020-01-15",
            _at("Ngõ 3 phố Chợ Mẫu", "phường Thử Nghiệm"),
            "Vương Thị Thử",
        ),
        Business(
            "rausach",
            "Hợp tác xã Rau an toàn Minh Họa",
            COOPERATIVE,
            "9900000112",
            "2021-03-30",
            _at("Cánh đồng Mẫu Lớn", "xã Đồng Mẫu"),
            "Mai Văn Minh Họa",
        ),
        Business(
            "tieccuoi",
            "Công ty TNHH Tiệc cưới và Sự kiện Minh Họa",
            ENTERPRISE,
            "9900000123",
            "2019-02-25",
            _at("Số 200 đại lộ Ví Dụ", "phường Minh Họa"),
            "Lưu Thị Minh Họa",
        ),
        Business(
            "bunmam",
            "Hộ kinh doanh Bún và Bánh tươi Mẫu",
            HOUSEHOLD,
            "9900000134",
            "2022-07-11",
            _at("Làng nghề Mẫu", "xã Bến Thử"),
            "Hà Văn Mẫu",
        ),
        Business(
            "matong",
            "Hợp tác xã Mật ong rừng Ví Dụ",
            COOPERATIVE,
            "9900000145",
            "2018-05-05",
            _at("Bản Thử", "xã Suối Ví Dụ"),
            "Lường Thị Ví Dụ",
        ),
        Business(
            "caphe",
            "Công ty TNHH Cà phê rang xay Thử Nghiệm",
            ENTERPRISE,
            "9900000156",
            "2020-10-19",
            _at("Số 9 đường Đồi Mẫu", "phường Thử Nghiệm"),
            "Nông Văn Thử",
        ),
        Business(
            "dauphu",
            "Hộ kinh doanh Đậu phụ Làng Mẫu",
            HOUSEHOLD,
            "9900000167",
            "2023-04-24",
            _at("Xóm 2, Làng Mẫu", "xã Đồng Mẫu"),
            "Tô Thị Mẫu",
        ),
        Business(
            "suachua",
            "Công ty TNHH Sữa chua Minh Họa",
            ENTERPRISE,
            "9900000178",
            "2021-09-08",
            _at("Số 31 đường Trại Mẫu", "phường Ví Dụ"),
            "Quách Minh Họa",
        ),
        Business(
            "truonghoc",
            "Công ty TNHH Dịch vụ bếp ăn trường học Mẫu",
            ENTERPRISE,
            "9900000189",
            "2022-08-15",
            _at("Số 18 phố Thử", "phường Minh Họa"),
            "Thái Thị Mẫu",
        ),
        Business(
            "traicay",
            "Hợp tác xã Trái cây Thử Nghiệm",
            COOPERATIVE,
            "9900000190",
            "2017-03-20",
            _at("Ấp Thử Nghiệm", "xã Bến Thử"),
            "Đinh Văn Thử",
        ),
        Business(
            "chamuc",
            "Hộ kinh doanh Chả mực Minh Họa",
            HOUSEHOLD,
            "9900000202",
            "2021-12-06",
            _at("Số 66 phố Biển Mẫu", "phường Ví Dụ"),
            "Vũ Thị Minh Họa",
        ),
        Business(
            "giavi",
            "Công ty TNHH Gia vị Mẫu Việt",
            ENTERPRISE,
            "9900000213",
            "2016-01-18",
            _at("Lô A2 Cụm công nghiệp Thử", "xã Bến Thử"),
            "Kiều Văn Mẫu",
        ),
        Business(
            "trasua",
            "Hộ kinh doanh Trà sữa Ví Dụ",
            HOUSEHOLD,
            "9900000224",
            "2024-03-12",
            _at("Số 5 phố Sinh Viên Mẫu", "phường Thử Nghiệm"),
            "Lê Thị Ví Dụ",
        ),
        Business(
            "banhmi",
            "Công ty TNHH Bánh mì Thử Nghiệm",
            ENTERPRISE,
            "9900000235",
            "2020-06-29",
            _at("Số 88 đường Ga Mẫu", "phường Minh Họa"),
            "Đoàn Văn Thử",
        ),
        Business(
            "xoiche",
            "Hộ kinh doanh Xôi chè Bà Mẫu",
            HOUSEHOLD,
            "9900000246",
            "2023-01-09",
            _at("Chợ Mẫu, ki-ốt số 12", "phường Thử Nghiệm"),
            "Hoàng Thị Mẫu",
        ),
        Business(
            "gao",
            "Hợp tác xã Gạo thơm Minh Họa",
            COOPERATIVE,
            "9900000257",
            "2018-10-10",
            _at("Thôn Tây", "xã Đồng Mẫu"),
            "Dương Văn Minh Họa",
        ),
    )
}
