"""Hashes of passwords that cost nothing, in the processes of the tests alone: the tests hash some thousand."""

from argon2 import PasswordHasher

from licensing.accounts import passwords

AS_SERVED = passwords._hasher

passwords._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
