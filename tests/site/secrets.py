"""What no log may carry: the installation's own secrets, by the settings that hold them, and anybody's."""

PASSWORD_IN_ADDRESS = "red%2Fis%20pass-123"
SETTINGS = {
    "OPENAI_API_KEY": "local-model-key-without-a-pattern",
    "OPENAI_MODEL": "any",
    "SECRET_KEY": "kX3-vb9Qw7_zLm2Rt8Yp5Nc1Hj6Gf4Ds0Aa-Ee9Ii8Oo7Uu_Bq3Wx",
    "METRICS_TOKEN": "who-watches-may-read-0123456789abcdef",
}
NEVER_SAID = {
    **{name: value for name, value in SETTINGS.items() if name != "OPENAI_MODEL"},
    "a token": "ghp_" + "a1B2" * 9,
    "a bearer's": "Bearer abcdef0123456789abcdef==",
    "a card": "4111 1111 1111 1111",
    "an enter link": "/enter/abcdefghijklmnop",
}
