"""Run the native provider from its source; PulumiPlugin.yaml beside this file tells Pulumi's engine so."""

from pulumi_flowservice.plugin.from_source import main

if __name__ == "__main__":
    main()
