"""Spreadsheets of the office, read strictly: papers at the counter, tasks."""
