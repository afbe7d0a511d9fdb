"""Answers the public's question: is this licence real, recorded and in force now?"""
