"""Paper of an electronic licence: its pages as they are, certified and numbered (Decree 137/2024/NĐ-CP, art. 5)."""
