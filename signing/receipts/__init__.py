"""What the service itself says, signed with the installation's own key: receipts, slips, reports. No agency's act."""
