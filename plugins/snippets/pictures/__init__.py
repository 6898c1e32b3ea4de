"""Cards, quotations, pages and QR codes; made when they are asked for."""
