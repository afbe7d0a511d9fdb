"""How an applicant follows an application: where it stands, what comes next and when, what is to be done."""
