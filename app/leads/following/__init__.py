"""Following up 跟进 (R-4.7.3): what was talked about, and when to call again."""
