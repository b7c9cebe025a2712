-- for the nodes of the profile "cluster"
create database ringback_cluster;
