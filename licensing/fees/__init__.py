"""What an application costs: the tariff as data, the charge as a record. Payments come with their own issue."""
