"""What every page opens with: navigation, the plan in the sidebar, filters."""
