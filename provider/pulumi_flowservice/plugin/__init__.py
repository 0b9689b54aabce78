"""The adapter to Pulumi's plugin protocol: the program `pulumi-resource-flowservice` that the engine starts."""

DOWNLOAD_ADDRESS = "https://pulumi-flowservice.invalid/see-docs-native-md"
"""Where Pulumi would look for a plugin that it does not find. Nobody can publish there: it comes with the package."""
