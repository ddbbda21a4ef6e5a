"""The version of AAdash, named in every report and bundle."""

VERSION = "0.1.0"
