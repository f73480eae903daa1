"""Modality `iac`: programs as Terraform configurations in a workspace that is kept."""
