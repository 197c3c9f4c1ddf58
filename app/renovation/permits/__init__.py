"""The construction permit 施工许可 (R-3.4.8): issued, printed, checked, revoked."""
