from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2id(Argon2PasswordHasher):
    """OWASP's profile (19 MiB, 2 passes, 1 lane). Django's default takes 100 MiB: eight sign-ins at once, 0.8 GB."""

    time_cost = 2
    memory_cost = 19_456
    parallelism = 1
