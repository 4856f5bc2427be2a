"""Who changed what, when, from where and why: rows of the record are copied by triggers, whoever changes them."""
