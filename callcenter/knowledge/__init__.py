"""Articles, announcements, briefings."""
