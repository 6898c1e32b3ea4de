"""Payment providers behind one port: what there is to sell, and Stripe."""
