"""The renovation application 装修申请: who wants to do what, where, with whom and when."""
