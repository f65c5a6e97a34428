"""Who is asking: cookies and headers read, sign-out that ends every tab, links that were shared."""
