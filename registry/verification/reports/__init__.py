"""Reports on a checked file, to be filed: as PDF for people, as XML for programs. The file is not needed again."""
