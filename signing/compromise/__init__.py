"""What is done about lost keys of this package: retire, revoke, replace. What they signed is the registry's."""
