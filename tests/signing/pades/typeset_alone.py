"""Typesets one document in a process of its own: after a compile no process that runs Typst may fork again."""

import json
import sys
from pathlib import Path

import typst

FONTS = Path(__file__).parents[3] / "config" / "fonts"


def main(arguments: list[str]) -> None:
    """FILE STANDARDS(comma separated) DATA(JSON): writes the PDF to standard output; no standards, no tags."""
    file, standards, data = arguments
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])
    compiler = typst.Compiler(root=str(Path(file).parent), font_paths=fonts)
    document = compiler.compile(
        input=file,
        format="pdf",
        sys_inputs={"data": json.dumps(json.loads(data))},
        pdf_standards=["a-3a", "ua-1"] if standards else [],
        timestamp=1_772_420_400,
        pdf_tags=bool(standards),
    )
    assert isinstance(document, bytes)
    sys.stdout.buffer.write(document)


if __name__ == "__main__":
    main(sys.argv[1:])
