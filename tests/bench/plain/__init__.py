"""The same record behind Django REST framework as its documentation teaches it, to measure ours against."""
