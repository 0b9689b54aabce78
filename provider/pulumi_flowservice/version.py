"""What a release of this distribution is called, and where it comes from; `make address` sets the addresses."""

__version__ = "0.1.0"
"""The version; also sent in the `User-Agent` of every request. The tag of the release is `v` and this."""
REPOSITORY = "https://pulumi-flowservice.invalid/see-docs-native-md"
"""The address of the repository. Nobody can own a name that ends in `.invalid`: none has been chosen yet."""
PLUGIN_ADDRESS = "https://pulumi-flowservice.invalid/see-docs-native-md"
"""Where Pulumi's engine gets a plugin of this version that it does not find on the machine."""
