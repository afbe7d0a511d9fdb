"""Makes a logged paper last: proof, revocation data and document timestamp (issuance steps 7 and 8)."""
