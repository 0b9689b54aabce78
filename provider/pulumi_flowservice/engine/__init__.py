"""What both adapters share of Pulumi's engine: texts for the terminal, the watch on a killed engine."""
