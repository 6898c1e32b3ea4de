"""The CloudFormation stack of a site: its template, its parameters, what it tells of itself."""
