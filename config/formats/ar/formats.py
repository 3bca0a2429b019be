"""As CLDR has it where digits are Latin: 12,500.50. Django groups nothing here and takes the signs of the Maghreb."""

DECIMAL_SEPARATOR = "."
THOUSAND_SEPARATOR = ","
NUMBER_GROUPING = 3
